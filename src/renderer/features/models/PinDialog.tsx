/** Pin and unpin: hold the champion against automation, or let automation choose again. */
import { useState, type ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { showToast } from '../../state/store.ts';
import { ActDialog } from '../../ui/ActDialog.tsx';
import { reasonLength } from '../plans/rules.ts';
import { InstantField } from '../../ui/dateFields.tsx';
import type { ModelRow } from './place.ts';
import { ReasonField } from '../../ui/ReasonField.tsx';

interface PinDialogProps {
  readonly row: Pick<ModelRow, 'model' | 'version'>;
  readonly act: 'pin' | 'unpin';
  readonly onClose: () => void;
}

export function PinDialog({ row, act, onClose }: PinDialogProps): ReactElement {
  const t = useText();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const trimmed = reason.trim();
  const words = { model: row.model, version: row.version ?? '–' };
  const enough = trimmed.length >= reasonLength;
  if (act === 'unpin') {
    const input = { model: row.model, reason: trimmed };
    return (
      <ActDialog
        operation="models.unpin" input={enough ? input : null} draft={input} title={t('models.unpin.title')} text={t('models.unpin.text', words)} button={t('models.unpin.button', words)}
        onClose={onClose} onDone={() => showToast('ok', t('models.unpin.done', words))}
      >
        <ReasonField value={reason} onChange={setReason} least={reasonLength} />
      </ActDialog>
    );
  }
  const input = { model: row.model, reason: trimmed, ...(until === null ? {} : { until }) };
  return (
    <ActDialog
      operation="models.pin" input={enough ? input : null} draft={input} title={t('models.pin.title')} text={t('models.pin.text', words)} button={t('models.pin.button', words)}
      onClose={onClose} onDone={() => showToast('ok', t('models.pin.done', words))}
    >
      <ReasonField value={reason} onChange={setReason} least={reasonLength} />
      <InstantField label={t('models.pin.until')} hint={t('models.pin.until_hint')} value={until} onChange={setUntil} />
    </ActDialog>
  );
}
