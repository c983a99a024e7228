/** What needs a person now: what it is, the step of the runbook, and the command or page that starts it. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { AutomodeAlert } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { SeverityIcon } from '../../ui/status.tsx';
import { CliLine } from '../../ui/values.tsx';
import { Card } from './Card.tsx';

export function Alerts({ alerts }: { readonly alerts: readonly AutomodeAlert[] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const shown = (params: AutomodeAlert['params']): Record<string, string | number> =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, /_at$|^until$/u.test(name) && typeof value === 'string' ? format.instant(value) : name === 'share' || name === 'limit' ? `${format.number(Number(value) * 100, 1)} %` : value]));
  return (
    <Card title={t('automode.alerts')}>
      {alerts.length === 0 ? <Typography variant="body2" color="text.secondary">{t('automode.no_alerts')}</Typography> : null}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'flex', flexDirection: 'column', gap: 1.25 }}>
        {alerts.map((alert, index) => (
          <Box component="li" key={`${alert.code}-${String(index)}`} sx={{ display: 'flex', gap: 1, minWidth: 0 }}>
            <SeverityIcon severity={alert.severity} />
            <Box sx={{ minWidth: 0, flex: 1 }}>
              <Typography variant="body2">{t(`automode.alert.${alert.code}`, shown(alert.params))}</Typography>
              <Typography variant="caption" color="text.secondary">{t('automode.runbook', { document: alert.runbook.document, section: alert.runbook.section })}</Typography>
              {alert.command === null ? null : <CliLine line={`sterownia ${alert.command}`} />}
            </Box>
          </Box>
        ))}
      </Box>
    </Card>
  );
}
