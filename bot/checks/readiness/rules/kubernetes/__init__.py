"""The item about Kubernetes manifests, part by part."""
