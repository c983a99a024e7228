#!/usr/bin/env node
/** The program `sterownia`. */
import { runSterownia } from './command.ts';
import { runProcess } from './process.ts';

await runProcess(import.meta.url, runSterownia);
