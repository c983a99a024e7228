/** The whole plan as a JSON file for a supervisor; where the page may not save files, the text to copy. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type ReactElement } from 'react';
import type { PlanView } from '#contract';
import { useText } from '../../i18n/index.ts';
import { showToast, useTransport } from '../../state/store.ts';
import { InfoDialog } from '../../ui/InfoDialog.tsx';
import { CopyButton } from '../../ui/values.tsx';
import { monospace } from '../../ui/theme.ts';

const longestShown = 200_000;

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 30_000);
}

export function PlanExport({ plan }: { readonly plan: PlanView }): ReactElement {
  const t = useText();
  const transport = useTransport();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const name = `${plan.operation.replace('.', '-')}-${plan.id}.json`;
  const load = async (use: (text: string) => void): Promise<void> => {
    setBusy(true);
    const result = await transport.call('plans.export', { id: plan.id });
    setBusy(false);
    if (result.ok) use(JSON.stringify(result.value, null, 2));
    else showToast('blocked', t(`errors.${result.error.code}.title`));
  };
  const download = (): void => void load((text) => {
    save(name, text);
    showToast('ok', t('plans.export.saved', { name }));
  });
  return (
    <>
      <Button disabled={busy} onClick={download}>{t('plans.export.download')}</Button>
      <Button disabled={busy} onClick={() => void load(setShown)}>{t('plans.export.show')}</Button>
      {shown === null ? null : (
        <InfoDialog title={name} onClose={() => setShown(null)} actions={<CopyButton text={shown} label={t('plans.export.copy')} />}>
          <Box component="pre" sx={{ m: 0, fontFamily: monospace, fontSize: '0.75rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {shown.length > longestShown ? `${shown.slice(0, longestShown)}\n… ${t('plans.export.cut')}` : shown}
          </Box>
        </InfoDialog>
      )}
    </>
  );
}
