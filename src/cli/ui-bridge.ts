#!/usr/bin/env node
/** The program `ui-bridge`: the earlier command's place, taken by the console. */
import { runBridge } from './bridge/main.ts';
import { runProcess } from './process.ts';

await runProcess(import.meta.url, runBridge);
