/** Which versions run here: what a person is asked for when they report a problem. */
import type { ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { InfoDialog } from '../../ui/InfoDialog.tsx';
import { CopyButton, Facts, Mono } from '../../ui/values.tsx';

export function AboutDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useText();
  const { versions, workspace, host_kind, actor, revision } = useSnapshot();
  const rows = Object.entries(versions);
  const text = [...rows.map(([name, version]) => `${name} ${version}`), `host ${host_kind}`, `workspace ${workspace.path}`].join('\n');
  return (
    <InfoDialog title={t('shell.about.title')} onClose={onClose} actions={<CopyButton text={text} label={t('shell.about.copy')} />}>
      <Facts
        rows={[
          ...rows.map(([name, version]) => [name, <Mono key={name}>{version}</Mono>] as const),
          [t('shell.about.door'), t(`words.host_kind.${host_kind}`)],
          [t('shell.about.workspace'), <Mono key="path">{workspace.path}</Mono>],
          [t('shell.about.account'), `${actor.os_user} @ ${workspace.host}`],
          [t('shell.about.revision'), String(revision)],
        ]}
      />
    </InfoDialog>
  );
}
