// Package greeter has the Greeter and the thermometer in Go: server and client are programs, hellopb
// and cellarpb what protoc makes of the .proto files.
package greeter

// The generators are tools of go.mod. The .proto files name no Go package, so these lines do.
//
//go:generate sh -c "protoc -I ../../../proto --plugin=$(go tool -n protoc-gen-go) --go_out=. --go_opt=module=example.com/polyglot/greeter,Mhello.proto=example.com/polyglot/greeter/hellopb,Mcellar.proto=example.com/polyglot/greeter/cellarpb hello.proto cellar.proto"
//go:generate sh -c "protoc -I ../../../proto --plugin=$(go tool -n protoc-gen-go-grpc) --go-grpc_out=. --go-grpc_opt=module=example.com/polyglot/greeter,Mhello.proto=example.com/polyglot/greeter/hellopb,Mcellar.proto=example.com/polyglot/greeter/cellarpb hello.proto cellar.proto"
