package greeter;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import hello.GreeterGrpc.GreeterImplBase;
import hello.Hello.HelloReply;
import hello.Hello.HelloRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;

/** The service hello.Greeter. */
final class Greeter extends GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> reply) {
        var name = request.getName();
        // Not name.length(): that counts UTF-16 units, and the limit is in bytes of UTF-8.
        var bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > 256) {
            reply.onError(invalidName(bytes));
            return;
        }
        reply.onNext(HelloReply.newBuilder().setMessage("Hello, " + name + "!").build());
        reply.onCompleted();
    }

    /** The status tells people what was wrong, and its details tell programs which field. */
    private static StatusRuntimeException invalidName(int bytes) {
        var rule = "must be 1 to 256 bytes";
        var violation = FieldViolation.newBuilder().setField("name").setDescription(rule);
        var details = BadRequest.newBuilder().addFieldViolations(violation).build();
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage("name is " + bytes + " bytes: it " + rule)
                .addDetails(Any.pack(details))
                .build());
    }
}
