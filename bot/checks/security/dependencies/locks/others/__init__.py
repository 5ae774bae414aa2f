"""Lock files of Go, Rust, Java, Ruby, .NET and PHP."""
