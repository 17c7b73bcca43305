// The service cellar.Thermometer, for server.js: one method for each kind of stream.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import grpc from "@grpc/grpc-js";

const READINGS = [11.5, 12, 11, 13.5];
const TOO_WARM = 13;
const MAX_INTERVAL_MS = 60_000;

async function watch(call) {
  const { count, intervalMs } = call.request;
  if (intervalMs > MAX_INTERVAL_MS) {
    throw invalid(`interval is ${intervalMs} ms: it must be at most ${MAX_INTERVAL_MS}`);
  }
  // The caller has gone, or its deadline has passed.
  const cancelled = new AbortController();
  call.on("cancelled", () => cancelled.abort());
  const { signal } = cancelled;
  let sent = 0;
  try {
    while (count === 0 || sent < count) {
      if (sent > 0) await sleep(intervalMs, undefined, { signal });
      // Ignoring the result of write() keeps every reading in memory that the caller has not taken.
      if (!call.write({ celsius: READINGS[sent % READINGS.length] })) {
        await once(call, "drain", { signal });
      }
      sent += 1;
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    console.log(`watch: stopped after ${sent} readings`);
  }
}

async function record(call, callback) {
  const celsius = [];
  for await (const reading of call) celsius.push(reading.celsius);
  if (celsius.length === 0) throw invalid("there is no reading to sum up");
  const [lowest, highest] = [Math.min(...celsius), Math.max(...celsius)];
  callback(null, { count: celsius.length, lowest, highest });
}

async function warn(call) {
  // A plain `of call` would destroy the call at the end of its readings, and so the way back too.
  for await (const { celsius } of call.iterator({ destroyOnReturn: false })) {
    if (celsius > TOO_WARM) {
      const message = `${celsius.toFixed(1)} is too warm`;
      if (!call.write({ celsius, message })) await once(call, "drain");
    }
  }
  call.end();
}

const invalid = (details) =>
  Object.assign(new Error(details), { code: grpc.status.INVALID_ARGUMENT, details });

/**
 * An async handler whose errors become the call's status. Without it they are unhandled
 * rejections, and the first caller that vanishes from a stream ends the server for all others.
 */
const answering = (handler) => (call, callback) =>
  handler(call, callback).catch(callback ?? ((error) => call.emit("error", error)));

export const thermometer = {
  watch: answering(watch),
  record: answering(record),
  warn: answering(warn),
};
