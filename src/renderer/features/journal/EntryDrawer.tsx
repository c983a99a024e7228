/** One entry of the journal with everything it says, and the other entries of the same act. Times are UTC: evidence. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import { cliLine } from '../../format/cliLine.ts';
import { useText } from '../../i18n/index.ts';
import { fullAddress } from '../../state/place.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { utcText } from '../../format/index.ts';
import { Aside } from '../../ui/Aside.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { monospace } from '../../ui/theme.ts';
import { CliLine, Facts, Mono } from '../../ui/values.tsx';
import { entryTypeText } from './entryType.ts';

interface EntryDrawerProps {
  readonly seq: number;
  readonly onClose: () => void;
  readonly onOpen: (seq: number) => void;
}

export function EntryDrawer({ seq, onClose, onOpen }: EntryDrawerProps): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const show = useOperation('journal.show', { seq });
  const entry = show.data?.entry ?? null;
  const related = (show.data?.related ?? []).filter((one) => one.seq !== seq);
  return (
    <Aside label={t('journal.entry', { seq })} title={t('journal.entry', { seq })} address={fullAddress({ page: 'journal', seq, filter: {} })} onClose={onClose} foot={<CliLine line={cliLine('journal.show', { seq }, { workspace: workspace.path })} />}>
      {show.error === null ? null : <ErrorNotice error={show.error} onRetry={show.reload} />}
      {entry === null ? (show.error === null ? <Skeleton variant="rounded" height={300} /> : null) : (
        <>
          <Facts
            rows={[
              [t('journal.column.at'), utcText(entry.at)],
              [t('journal.column.type'), <span key="t">{entryTypeText(t, entry.type)} <Mono>{entry.type}</Mono></span>],
              [t('journal.column.stage'), t(`words.stage.${entry.stage}`)],
              [t('journal.operation'), entry.operation === null ? '–' : <Mono key="o">{entry.operation}</Mono>],
              [t('journal.column.subject'), entry.subject === null ? '–' : <Mono key="s">{entry.subject}</Mono>],
              [t('journal.column.actor'), `${entry.actor.name} (${entry.actor.os_user} @ ${entry.actor.host}) · ${t(`words.door.${entry.actor.door}`)}`],
              [t('journal.hash'), <Mono key="h">{entry.hash}</Mono>],
              [t('journal.prev'), <Mono key="p">{entry.prev}</Mono>],
            ]}
          />
          <Typography variant="h3" component="h3" sx={{ mt: 2 }}>{t('journal.data')}</Typography>
          <Box component="pre" sx={{ m: 0, fontFamily: monospace, fontSize: '0.75rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{JSON.stringify(entry.data, null, 2)}</Box>
          {related.length === 0 ? null : <Typography variant="h3" component="h3" sx={{ mt: 2 }}>{t('journal.related')}</Typography>}
          {related.map((one) => <Button key={one.seq} onClick={() => onOpen(one.seq)} sx={{ display: 'block' }}>{one.seq} · {entryTypeText(t, one.type)} · {t(`words.stage.${one.stage}`)}</Button>)}
        </>
      )}
    </Aside>
  );
}
