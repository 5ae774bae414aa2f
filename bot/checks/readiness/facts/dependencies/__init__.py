"""What the manifests of a tree declare: npm, Python, Go, Ruby, Maven, Gradle, .NET, Composer, Cargo."""
