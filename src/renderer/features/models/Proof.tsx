/** The journal entries that prove a statement, each leading to itself in the journal. */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { formatAddress } from '../../state/address.ts';
import { goTo } from '../../state/place.ts';

interface ProofEntry {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly hash: string;
  /** False where the entry does not have its hash any more; entries of a list say nothing about it. */
  readonly holds?: boolean;
}

export function Proof({ entries }: { readonly entries: readonly ProofEntry[] }): ReactElement {
  const t = useText();
  if (entries.length === 0) return <>{t('models.as_of.no_proof')}</>;
  return (
    <>
      {entries.map((entry, index) => {
        const place = { page: 'journal', seq: entry.seq, filter: {} } as const;
        return (
          <span key={entry.seq}>
            {index === 0 ? '' : ', '}
            <Link noWrap href={formatAddress(place)} title={`${entry.at} · ${entry.type} · ${entry.hash}`} onClick={(event) => { event.preventDefault(); goTo(place); }}>{t('journal.entry', { seq: entry.seq })}</Link>
            {entry.holds === false ? <Box component="span" sx={{ color: 'error.main', fontWeight: 600 }}> {t('models.as_of.altered')}</Box> : null}
          </span>
        );
      })}
    </>
  );
}
