import { useQuery } from '@tanstack/react-query';
import { Segmented, Select, Slider } from 'antd';
import { useMemo, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { AgentLive, Room, SeatPlace } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { elapsedSeconds } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { Plan, planAddress } from '@/shared/seats/Plan';
import { useRight } from '@/shared/session/session';
import { activityColours } from './activities';
import { ActivityMark } from './ActivityMark';
import { AgentCards } from './AgentCards';
import { NowServing, StateTimer } from './Agents';
import { CallMarks } from './CallMarks';
import { useReasonNames } from './reasons';

const segmentsAtMost = 6;

/** Who sits where, in what state, with whom. `shown` are those whom the filters leave. */
export default function SeatMap({
  found,
  shown,
  open,
}: {
  found: AgentLive[];
  shown: AgentLive[];
  open: (agentId: string) => void;
}) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const [zoom, setZoom] = useState(1);
  const places = useSeatRooms();
  const mayPlace = useRight('admin.queues');
  const bySeat = useMemo(
    () => new Map(found.flatMap((agent) => (agent.seat_id ? [[agent.seat_id, agent] as const] : []))),
    [found],
  );
  if (places.isError && !places.data)
    return <ErrorView error={places.error} retry={() => void places.refetch()} />;
  if (!places.data) return <LoadingView rows={6} />;
  const { rooms, seats } = places.data;
  const room = rooms.find((one) => one.id === text('room')) ?? rooms[0];
  const placed = new Set(seats.map((one) => one.seat_id));
  const elsewhere = shown.filter(
    (agent) => agent.activity !== 'logged_out' && !(agent.seat_id && placed.has(agent.seat_id)),
  );
  const wanted = new Set(shown.map((agent) => agent.id));
  const here = (of: Room) => {
    const own = seats.filter((one) => one.room_id === of.id);
    return { own, taken: own.filter((one) => bySeat.has(one.seat_id)).length };
  };
  const options = rooms.map((one) => {
    const { own, taken } = here(one);
    return { value: one.id, label: `${one.name} ${String(taken)}/${String(own.length)}` };
  });
  const choose = (id: string) => change({ room: id });
  return (
    <>
      {room ? (
        <>
          <div className="hj-alarm-bar">
            {rooms.length <= segmentsAtMost ? (
              <Segmented
                aria-label={t('seat.room')}
                options={options}
                value={room.id}
                onChange={choose}
                data-testid="rooms"
              />
            ) : (
              <Select
                showSearch={{ optionFilterProp: 'label' }}
                aria-label={t('seat.room')}
                options={options}
                value={room.id}
                onChange={choose}
                style={{ minWidth: 220 }}
                data-testid="rooms"
              />
            )}
            <label className="hj-plan-zoom">
              {t('room.zoom')}
              <Slider min={1} max={4} step={0.25} value={zoom} onChange={setZoom} tooltip={{ open: false }} />
            </label>
            {mayPlace ? (
              <div className="hj-page-actions">
                <Link to={`/admin/rooms/${room.id}`}>{t('room.placeSeats')}</Link>
              </div>
            ) : null}
          </div>
          <Plan
            picture={planAddress(room)}
            label={room.name}
            zoom={zoom}
            places={here(room).own.map((one) => ({ ...one, id: one.seat_id }))}
          >
            {(place) => {
              const agent = bySeat.get(place.seat_id);
              return agent ? (
                <TakenSeat place={place} agent={agent} dim={!wanted.has(agent.id)} open={open} />
              ) : (
                <div className="hj-seat" data-empty="true" data-testid="seat" data-seat={place.seat_name}>
                  {place.seat_name}
                </div>
              );
            }}
          </Plan>
        </>
      ) : (
        <div className="hj-panel hj-panel-body">
          <EmptyView
            what={t('room.noneHere')}
            how={t('room.noneHereHow')}
            action={mayPlace ? <Link to="/admin/rooms">{t('page.rooms')}</Link> : undefined}
          />
        </div>
      )}
      {elsewhere.length > 0 ? (
        <section className="hj-elsewhere" data-testid="elsewhere">
          <h3>{t('room.elsewhere', { number: elsewhere.length })}</h3>
          <AgentCards agents={elsewhere} open={open} />
        </section>
      ) : null}
    </>
  );
}

function useSeatRooms() {
  return useQuery({
    queryKey: ['rooms', 'placed'],
    queryFn: async () => {
      const [rooms, seats] = await Promise.all([all<Room>('/rooms'), api.get<SeatPlace[]>('/rooms/places')]);
      return { rooms, seats };
    },
  });
}

function TakenSeat({
  place,
  agent,
  dim,
  open,
}: {
  place: SeatPlace;
  agent: AgentLive;
  dim: boolean;
  open: (agentId: string) => void;
}) {
  const reason = useReasonNames();
  const now = useNow();
  const seconds = agent.activity_since ? elapsedSeconds(agent.activity_since, now) : 0;
  const past = (bound: number | null) => bound !== null && seconds >= bound;
  return (
    <button
      type="button"
      className="hj-seat"
      style={{ '--hj-state-colour': activityColours[agent.activity] } as CSSProperties}
      data-testid="seat"
      data-seat={place.seat_name}
      data-agent={agent.id}
      data-activity={agent.activity}
      data-level={past(agent.red_after) ? 'red' : past(agent.amber_after) ? 'amber' : 'calm'}
      data-dim={dim}
      onClick={() => open(agent.id)}
    >
      <span>
        <strong className="hj-ellipsis">{agent.name}</strong>
        <span className="hj-faint">{place.seat_name}</span>
      </span>
      <span>
        <ActivityMark activity={agent.activity} reason={reason(agent)} />
        <StateTimer agent={agent} />
      </span>
      <CallMarks agent={agent} />
      {agent.interaction_id ? (
        <span className="hj-faint">
          <NowServing agent={agent} />
        </span>
      ) : null}
    </button>
  );
}
