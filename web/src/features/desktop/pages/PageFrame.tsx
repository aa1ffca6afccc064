import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';
import type { ShownPage } from '@/shared/api/types';
import { phoneNumber } from '@/shared/format/format';
import { dialOut } from '@/shared/phone/dialOut';
import { sourceOf } from '@/shared/pop/asked';
import { answerOf, asked, told, type Asked, type CallEvent, type Told } from './bridge';
import { writeDown } from './notes';

/** What the page may do: its own scripts, forms, windows and downloads; never this window. */
const sandbox = 'allow-scripts allow-same-origin allow-forms allow-popups allow-downloads';

interface Props {
  page: ShownPage;
  interaction: string;
  event: CallEvent;
  /** Opens another page of this call by its name; false when there is none. */
  openPage: (name: string) => boolean;
}

/** A page of the tenant's in a frame, and the conversation with it. Around the frame is an empty document of ours, whose
 *  policy lets in the page's origins alone: the desktop was loaded before anybody knew whose it would be. */
export function PageFrame({ page, interaction, event, openPage }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const [address] = useState(page.address); // what was filled in there is not lost when the flow learns more
  const host = useRef<HTMLIFrameElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const origin = useRef('');
  const [failed, setFailed] = useState(false);

  const say = useCallback((message: Told) => {
    if (origin.current) frame.current?.contentWindow?.postMessage(told(message), origin.current);
  }, []);
  const parameters = JSON.stringify(page.parameters); // read anew they are another object, and the same
  const sayEvent = useCallback(
    () => say({ type: event, parameters: JSON.parse(parameters) as ShownPage['parameters'] }),
    [say, event, parameters],
  );
  useEffect(sayEvent, [sayEvent]);

  const saySources = () => {
    for (const { id, name } of page.sources)
      client
        .query(sourceOf(interaction, id))
        .then((answer) => say(answerOf(name, answer)))
        .catch(() => say({ type: 'answer', source: name, outcome: 'unreachable', values: {}, rows: [] }));
  };

  const done = (id: string, problem?: string) => say({ type: 'done', id, ok: !problem, problem });
  const dial = (id: string, number: string) =>
    dialOut({ number })
      .then(() => done(id))
      .catch((error: unknown) => done(id, error instanceof ApiError ? error.code : 'failed'));
  const act = (wish: Asked) => {
    switch (wish.type) {
      case 'ready':
        sayEvent();
        saySources();
        break;
      case 'dial':
        if (page.may_dial === 'never') done(wish.id, 'not_allowed');
        else if (page.may_dial === 'always') void dial(wish.id, wish.number);
        else
          modal.confirm({
            title: t('pop.mayDial', { page: page.name, number: phoneNumber(wish.number) }),
            okText: t('call.dial'),
            cancelText: t('common.cancel'),
            onOk: () => dial(wish.id, wish.number),
            onCancel: () => done(wish.id, 'refused_by_agent'),
          });
        break;
      case 'note':
        if (!page.may_note) done(wish.id, 'not_allowed');
        else done(wish.id, writeDown(interaction, wish.text) ? undefined : 'not_now');
        break;
      case 'open':
        done(wish.id, openPage(wish.page) ? undefined : 'not_found');
    }
  };
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });

  const attach = () => {
    const window = host.current?.contentWindow;
    const document = host.current?.contentDocument;
    if (!window || document?.contentType !== 'text/html') {
      setFailed(true);
      return;
    }
    const inner = document.createElement('iframe');
    inner.setAttribute('sandbox', sandbox);
    inner.referrerPolicy = 'no-referrer';
    inner.title = page.name;
    inner.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0;background:#fff';
    window.addEventListener('message', ({ source, origin: from, data }: MessageEvent) => {
      // The page's own window, and one of the origins that the administrator named.
      if (source !== inner.contentWindow || !page.origins.includes(from)) return;
      const wish = asked(data);
      if (!wish) return;
      origin.current = from;
      latest.current(wish);
    });
    frame.current = inner;
    inner.src = address;
    document.body.append(inner);
  };
  return failed ? (
    <p className="hj-faint" data-testid="page-failed">
      {t('pop.pageFailed')}
    </p>
  ) : (
    <iframe
      ref={host}
      className="hj-page-frame"
      src={`/api/v1/me/linked-pages/${page.id}/frame`}
      title={page.name}
      onLoad={attach}
      data-testid="page-frame"
    />
  );
}
