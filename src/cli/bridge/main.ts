/** Reads one `ui-bridge` command line; help and wrong usage are settled here, everything else in `run.ts`. */
import type { Surroundings } from '../io.ts';
import { exitStatus } from '../status.ts';
import { parseBridge } from './arguments.ts';
import { bridgeCommands } from './commands.ts';
import { helpText, prefixOf, usageLine } from './usage.ts';

export async function runBridge(around: Surroundings): Promise<number> {
  const parsed = parseBridge(around.argv, bridgeCommands);
  switch (parsed.kind) {
    case 'help':
      await around.out.write(helpText(parsed.command, bridgeCommands));
      return exitStatus.ok;
    case 'usage':
      await around.err.write(`${usageLine(parsed.command, bridgeCommands)}\n${prefixOf(parsed.command)}: error: ${parsed.message}\n`);
      return exitStatus.usage;
    case 'run': {
      const { runBridgeCommand } = await import('./run.ts');
      return runBridgeCommand(around, parsed.command, parsed.values);
    }
  }
}
