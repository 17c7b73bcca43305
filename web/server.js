// @ts-check

/** Whether a gRPC server answers here; `polyglot serve` serves its own copy, which says true. */
export const served = false;
