// Loaded before a process: every minute of its timers takes a tenth of a second, what is shorter takes its time.
const usual = globalThis.setTimeout;
globalThis.setTimeout = (callback, ms, ...args) => usual(callback, ms >= 60_000 ? ms / 600 : ms, ...args);
