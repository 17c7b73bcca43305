/** A failure of the library. Rust's panics are reported in the same way. */
final class SeriesException extends RuntimeException {
    static final int OK = 0, UNKNOWN_UNIT = 3, PANIC = 9;

    final int status;

    SeriesException(String message, int status) {
        super(message);
        this.status = status;
    }
}
