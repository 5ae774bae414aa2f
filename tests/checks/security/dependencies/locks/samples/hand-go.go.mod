// The shop.
module example.com/shop

go 1.22

toolchain go1.22.4

require github.com/pkg/errors v0.9.1

require (
	github.com/gin-gonic/gin v1.9.1
	github.com/docker/docker v20.10.7+incompatible
	golang.org/x/net v0.10.0 // indirect
	"golang.org/x/text" v0.9.0 // indirect; for x/net
	example.com/money v0.0.0-20230101000000-0123456789ab
	example.com/near v1.0.0
	example.com/far v1.0.0
)

exclude golang.org/x/net v0.9.0

replace (
	example.com/money => example.com/fork/money v1.2.0
	example.com/near => ./near
	example.com/far v1.0.0 => /opt/far
)

retract [v1.0.0, v1.0.5] // broken
