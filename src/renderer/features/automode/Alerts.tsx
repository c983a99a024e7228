/** What needs a person now: what it is, the step of the runbook, and the command or page that starts it. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { AutomodeAlert } from '#contract';
import type { Format } from '../../format/index.ts';
import { quote } from '../../format/cliLine.ts';
import { factWords } from '../../i18n/facts.ts';
import { useFormat, useText, type Text } from '../../i18n/index.ts';
import { useFromSnapshot } from '../../state/store.ts';
import { SeverityIcon } from '../../ui/status.tsx';
import { CliLine } from '../../ui/values.tsx';
import { Card } from './Card.tsx';

const shares: readonly string[] = ['share', 'limit', 'red'];
const instants: readonly string[] = ['until', 'at'];

/** Instants, shares and closed sets of words as the person reads them; all else as it came. */
function readable(t: Text, format: Format, params: AutomodeAlert['params']): Record<string, string | number> {
  return Object.fromEntries(Object.entries(factWords(t, params)).map(([name, value]) => {
    if (typeof value === 'number') return [name, shares.includes(name) ? format.percent(value) : value];
    return [name, !instants.includes(name) ? value : value === '' ? t('automode.no_end') : format.instant(value)];
  }));
}

export function Alerts({ alerts }: { readonly alerts: readonly AutomodeAlert[] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const workspace = useFromSnapshot((snapshot) => snapshot.workspace.path);
  return (
    <Card title={t('automode.alerts')}>
      {alerts.length === 0 ? <Typography variant="body2" color="text.secondary">{t('automode.no_alerts')}</Typography> : null}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(420px, 1fr))', columnGap: 3, rowGap: 1.5 }}>
        {alerts.map((alert, index) => (
          <Box component="li" key={`${alert.code}-${String(index)}`} sx={{ display: 'flex', gap: 1, minWidth: 0 }}>
            <SeverityIcon severity={alert.severity} />
            <Box sx={{ minWidth: 0, flex: 1 }}>
              <Typography variant="body2">{t(`automode.alert.${alert.code}`, readable(t, format, alert.params))}</Typography>
              <Typography variant="caption" color="text.secondary">{t('automode.runbook', { document: alert.runbook.document, section: alert.runbook.section })}</Typography>
              {alert.command === null ? null : <CliLine line={`sterownia ${alert.command} --workspace ${quote(workspace)}`} />}
            </Box>
          </Box>
        ))}
      </Box>
    </Card>
  );
}
