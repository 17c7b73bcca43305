package greeter;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** The status that a call failed with. */
record Failure(StatusRuntimeException status) {
    static Failure of(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException status) {
            return new Failure(status);
        }
        throw new IllegalStateException("a call that has to fail succeeded");
    }

    Status.Code code() {
        return status.getStatus().getCode();
    }

    /** The first of the field violations that came with the status. */
    FieldViolation violation() throws InvalidProtocolBufferException {
        for (var detail : StatusProto.fromThrowable(status).getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                return detail.unpack(BadRequest.class).getFieldViolations(0);
            }
        }
        throw new IllegalStateException("the status names no field: " + status.getMessage());
    }
}
