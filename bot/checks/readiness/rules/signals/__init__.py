"""The rule `signals`: what shows an item, as the policy lists it, across pipelines, objects, Terraform and files."""
