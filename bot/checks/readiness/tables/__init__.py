"""Tables of marks, one YAML file a topic: what a library's or a framework's use looks like, language by language."""
