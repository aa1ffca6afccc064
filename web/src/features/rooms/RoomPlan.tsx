import { DeleteOutlined, UploadOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useRef, useState, type ChangeEvent, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { Room, Seat, SeatPlace } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { useUnsavedGuard } from '@/shared/components/unsaved';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { Plan, planAddress } from '@/shared/seats/Plan';
import { freePlace, moved, type Place, stepOf } from './places';
import './room-plan.css';

/** A room's plan: its picture, and where the seats are. Seats move by the pointer or by the arrow keys. */
export function RoomPlan() {
  const { id = '' } = useParams();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['room', id],
    queryFn: async () => {
      const [room, places, seats] = await Promise.all([
        api.get<Room>(`/rooms/${id}`),
        api.get<SeatPlace[]>('/rooms/places'),
        all<Seat>('/seats'),
      ]);
      return { room, places, seats };
    },
    staleTime: 0,
  });
  if (isPending) return <LoadingView rows={8} />;
  if (!data) return <ErrorView error={error} retry={() => void refetch()} />;
  return <Editor key={id} {...data} changed={() => void refetch()} />;
}

interface Props {
  room: Room;
  places: SeatPlace[];
  seats: Seat[];
  changed: () => void;
}

function Editor({ room, places, seats, changed }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { busy, run } = useAct();
  const queries = useQueryClient();
  const surface = useRef<HTMLDivElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<Place[] | null>(null);
  const [wanted, setWanted] = useState('');
  const saved = places
    .filter((one) => one.room_id === room.id)
    .map(({ seat_id: seat, x, y }) => ({ id: seat, x, y }));
  const placed = draft ?? saved;
  useUnsavedGuard(draft !== null);
  const nameOf = (seat: string) => seats.find((one) => one.id === seat)?.name ?? '–';
  const here = new Set(placed.map((one) => one.id));
  const elsewhere = new Map(places.filter((one) => one.room_id !== room.id).map((one) => [one.seat_id, one]));
  const left = seats
    .filter((seat) => !here.has(seat.id))
    .filter((seat) => `${seat.name} ${seat.room}`.toLowerCase().includes(wanted.trim().toLowerCase()))
    .sort((a, b) => Number(b.room === room.name) - Number(a.room === room.name));

  const put = (place: Place) =>
    setDraft(
      placed.some((one) => one.id === place.id)
        ? placed.map((one) => (one.id === place.id ? place : one))
        : [...placed, place],
    );
  const drop = (seat: string) => setDraft(placed.filter((one) => one.id !== seat));
  const save = () =>
    run(async () => {
      const body = { places: placed.map(({ id: seat, x, y }) => ({ seat_id: seat, x, y })) };
      await api.put(`/rooms/${room.id}/places`, body);
      await queries.invalidateQueries({ queryKey: ['rooms', 'placed'] });
      changed();
      setDraft(null);
      void message.success(t('common.saved'));
    });
  const upload = (event: ChangeEvent<HTMLInputElement>) => {
    const picture = event.target.files?.[0];
    event.target.value = '';
    if (!picture) return;
    const form = new FormData();
    form.append('file', picture);
    void run(async () => {
      await api.put(`/rooms/${room.id}/plan`, form);
      await queries.invalidateQueries({ queryKey: ['rooms', 'placed'] });
      changed();
    });
  };
  const drag = (place: Place) => (event: PointerEvent<HTMLElement>) => {
    const box = surface.current?.getBoundingClientRect();
    if (!box || event.button !== 0) return;
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const from = { x: event.clientX, y: event.clientY };
    const follow = (at: globalThis.PointerEvent) =>
      put(moved(place, (at.clientX - from.x) / box.width, (at.clientY - from.y) / box.height));
    const end = () => {
      target.removeEventListener('pointermove', follow);
      target.removeEventListener('pointerup', end);
      target.removeEventListener('pointercancel', end);
    };
    target.addEventListener('pointermove', follow);
    target.addEventListener('pointerup', end);
    target.addEventListener('pointercancel', end);
  };
  const byKey = (place: Place) => (event: KeyboardEvent) => {
    if (event.key === 'Delete' || event.key === 'Backspace') drop(place.id);
    else {
      const step = stepOf(event.key, event.shiftKey);
      if (!step) return;
      put(moved(place, step.x, step.y));
    }
    event.preventDefault();
  };
  return (
    <div className="hj-page">
      <PageHead
        title={room.name}
        lead={t('room.planLead')}
        actions={
          <>
            <input
              ref={file}
              type="file"
              accept="image/png,image/jpeg"
              hidden
              onChange={upload}
              data-testid="plan-file"
            />
            <Button icon={<UploadOutlined />} disabled={busy} onClick={() => file.current?.click()}>
              {t(room.plan ? 'room.otherPlan' : 'room.uploadPlan')}
            </Button>
            {draft ? (
              <Button disabled={busy} onClick={() => setDraft(null)}>
                {t('common.cancel')}
              </Button>
            ) : null}
            <Button
              type="primary"
              disabled={draft === null}
              loading={busy}
              onClick={() => void save()}
              data-testid="save-places"
            >
              {t('common.save')}
            </Button>
          </>
        }
      />
      <div className="hj-room-plan">
        <Plan picture={planAddress(room)} label={room.name} places={placed} surface={surface}>
          {(place) => (
            <button
              type="button"
              className="hj-seat hj-seat-handle"
              data-testid="placed-seat"
              data-seat={nameOf(place.id)}
              data-x={place.x.toFixed(3)}
              data-y={place.y.toFixed(3)}
              aria-label={t('room.seatAt', { name: nameOf(place.id) })}
              onPointerDown={drag(place)}
              onKeyDown={byKey(place)}
            >
              {nameOf(place.id)}
            </button>
          )}
        </Plan>
        <aside className="hj-panel hj-panel-body">
          <h3>{t('room.left', { number: left.length })}</h3>
          <Input.Search
            allowClear
            size="small"
            value={wanted}
            placeholder={t('room.searchSeat')}
            aria-label={t('room.searchSeat')}
            onChange={(event) => setWanted(event.target.value)}
          />
          {left.length === 0 ? <EmptyView what={t('room.nothingLeft')} /> : null}
          <ul>
            {left.slice(0, 200).map((seat) => (
              <li key={seat.id}>
                <Button
                  size="small"
                  block
                  data-testid="unplaced-seat"
                  data-seat={seat.name}
                  onClick={() => put({ id: seat.id, ...freePlace(placed) })}
                >
                  {elsewhere.has(seat.id) ? t('room.elsewhereNow', { name: seat.name }) : seat.name}
                </Button>
              </li>
            ))}
          </ul>
          <p className="hj-faint">
            <DeleteOutlined /> {t('room.keysHint')}
          </p>
        </aside>
      </div>
    </div>
  );
}
