"""What a team asks of a pull request, as data: YAML text in, a typed `Policy` out, or one error with its line.

`load` is the way in. Nothing is imported here, so that the command line can name its commands without pydantic and
PyYAML.
"""
