/** The command that does the same as the dialog, for a terminal or a ticket. */
import Box from '@mui/material/Box';
import type { ReactElement } from 'react';
import type { PlanView } from '#contract';
import { cliLine, quote } from '../../format/cliLine.ts';
import { CliLine } from '../../ui/values.tsx';
import { knownOperation, shortInput } from './sentence.ts';

interface PlanFootProps {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly plan: PlanView | null;
  readonly workspace: string;
}

export function PlanFoot({ operation, input, plan, workspace }: PlanFootProps): ReactElement | null {
  const name = knownOperation(operation);
  if (name === null || input === null) return null;
  const word = plan?.confirmation ?? null;
  // A terminal takes a relative destination from its own working folder, the window from the workspace.
  const destination = plan?.input['destination'];
  const exact = typeof destination === 'string' && typeof input['destination'] === 'string' ? { ...input, destination } : input;
  const line = `${cliLine(name, shortInput(exact, workspace), { workspace })}${word === null ? '' : ` --confirmation ${quote(word)}`}`;
  return <Box sx={{ px: 3, pt: 1 }}><CliLine line={line} /></Box>;
}
