/**
 * Loaded into a measured program: writes its peak resident memory in bytes when it ends. The kernel's high-water mark
 * of the process image is used where there is one, because the figure of getrusage also counts the parent at the fork.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

function peak() {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No /proc on this system.
  }
  return process.resourceUsage().maxRSS * 1024;
}

const file = process.env.STEROWNIA_PEAK_FILE;
// Programs that the measured one starts are not the measured one.
delete process.env.STEROWNIA_PEAK_FILE;
delete process.env.NODE_OPTIONS;
if (isMainThread && file !== undefined) process.on('exit', () => writeFileSync(file, String(peak())));
