/** What stands against a change of champion: the guardrail with its share and limit, and the sign-offs that are missing. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { OperationOutput, Severity } from '#contract';
import { hasText, useFormat, useText } from '../../i18n/index.ts';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Mono } from '../../ui/values.tsx';

export type GateReading = OperationOutput<'models.compare'>['gates'];

const guardrailSeverity = { ok: 'ok', review: 'attention', red: 'blocked', unknown: 'unknown', off: 'neutral' } as const satisfies Record<GateReading['guardrail']['state'], Severity | 'neutral'>;
const signOffSeverity = { complete: 'ok', missing: 'blocked', unknown: 'unknown', off: 'neutral' } as const satisfies Record<GateReading['sign_offs']['state'], Severity | 'neutral'>;

function Line({ name, children }: { readonly name: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1, alignItems: 'baseline', py: 0.25, flexWrap: 'wrap' }}>
      <Typography variant="body2" sx={{ minWidth: 96 }}>{name}</Typography>
      {children}
    </Box>
  );
}

export function Gates({ gates }: { readonly gates: GateReading }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { guardrail, sign_offs } = gates;
  const missing = [...Map.groupBy(sign_offs.missing, (one) => one.report ?? '')];
  const role = (name: string): string => {
    const key = `models.sign_role.${name}`;
    return hasText(key) ? t(key) : name;
  };
  return (
    <Box component="ul" aria-label={t('models.gates.title')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      <Line name={t('models.gates.guardrail')}>
        <StatusChip severity={guardrailSeverity[guardrail.state]} label={t(`models.guardrail.${guardrail.state}`)} />
        {guardrail.share === null ? null : (
          <Typography variant="body2">
            {guardrail.limit === null ? t('models.gates.share', { share: format.percent(guardrail.share) }) : t('models.gates.share_of', { share: format.percent(guardrail.share), limit: format.percent(guardrail.limit) })}
          </Typography>
        )}
        {guardrail.active === true ? <StatusChip severity="blocked" label={t('models.gates.active')} /> : null}
        {guardrail.kill_switch === true ? <StatusChip severity="blocked" label={t('models.gates.kill_switch')} /> : null}
        {guardrail.detail === null ? null : <Technical text={guardrail.detail} />}
      </Line>
      <Line name={t('models.gates.sign_offs')}>
        <StatusChip severity={signOffSeverity[sign_offs.state]} label={t(`models.sign_offs.${sign_offs.state}`)} />
        {missing.length === 0 ? null : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, flex: 1 }}>
            {missing.map(([report, list]) => (
              <li key={report}><Typography variant="body2" component="span">{list.map((one) => role(one.role)).join(', ')}</Typography>{report === '' ? null : <> · <Mono>{report}</Mono></>}</li>
            ))}
          </Box>
        )}
        {sign_offs.detail === null || missing.length > 0 ? null : <Technical text={sign_offs.detail} />}
      </Line>
    </Box>
  );
}
