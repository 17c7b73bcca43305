// @ts-check

/** Whether a gRPC server is behind this page; `polyglot serve` serves its own copy of this file, which says true. */
export const served = false;
