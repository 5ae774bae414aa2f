"""gonogo: may this pull request be merged and run in production?"""

__version__ = "0.1.0"
