// @ts-check

/** True if a gRPC server is behind this page: in the copy of this file that `polyglot serve` serves. */
export const served = false;
