import { Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive, ShownPage } from '@/shared/api/types';
import { LoadingView } from '@/shared/components/Views';
import { piece } from '@/shared/pieces/piece';
import { usePop } from '@/shared/pop/asked';
import { eventOf, type CallEvent } from './bridge';

const LinkedPage = piece(async () => ({ default: (await import('./LinkedPage')).LinkedPage }));
const PagesToOpen = piece(async () => ({ default: (await import('./LinkedPage')).PagesToOpen }));

interface PageTab {
  key: string;
  label: string;
  content: ReactNode;
}

const keyOf = (id: string) => `page-${id}`;
const isDue = (page: ShownPage, event: CallEvent) =>
  page.opens === 'offered' || (page.opens === 'answered' && event !== 'offered');

/** The tabs of the call's linked pages: those that are open, and one to open others. `front` is which of them comes to
 *  the front by itself. A page that is open stays so for as long as the call is in hand. */
export function usePages(
  agent: AgentLive,
  interaction: InteractionLive | null,
  show: (key: string) => void,
): { tabs: PageTab[]; front: string | null } {
  const { t } = useTranslation();
  const { data } = usePop(interaction);
  const [opened, setOpened] = useState<{ call: string; ids: string[] }>({ call: '', ids: [] });
  if (!interaction || !data) return { tabs: [], front: null };
  const event = eventOf(interaction, agent.state === 'wrap_up');
  const before = opened.call === interaction.id ? opened.ids : [];
  const due = data.pages.filter(
    (page) => !before.includes(page.id) && event !== 'ended' && isDue(page, event),
  );
  const ids = [...before, ...due.map(({ id }) => id)];
  if (due.length > 0) setOpened({ call: interaction.id, ids });
  const open = (id: string) => {
    setOpened({ call: interaction.id, ids: [...ids.filter((one) => one !== id), id] });
    show(keyOf(id));
  };
  const openPage = (name: string) => {
    const named = data.pages.find((page) => page.name === name);
    if (named) open(named.id);
    return named !== undefined;
  };
  const pages = ids.flatMap((id) => data.pages.find((page) => page.id === id) ?? []);
  const rest = data.pages.filter(({ id }) => !ids.includes(id));
  const tabs = pages.map((page) => ({
    key: keyOf(page.id),
    label: page.name,
    content: (
      <Suspense fallback={<LoadingView />}>
        <LinkedPage page={page} interaction={interaction.id} event={event} openPage={openPage} />
      </Suspense>
    ),
  }));
  if (rest.length > 0)
    tabs.push({
      key: 'pages',
      label: t('pop.pages'),
      content: (
        <Suspense fallback={<LoadingView />}>
          <PagesToOpen pages={rest} open={open} />
        </Suspense>
      ),
    });
  return { tabs, front: event !== 'ended' && pages[0] ? keyOf(pages[0].id) : null };
}
