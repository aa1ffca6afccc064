import type { ReactNode, Ref } from 'react';
import './plan.css';

export interface Placed {
  id: string;
  x: number;
  y: number;
}

/** The address of a room's picture; none while it has none. */
export const planAddress = (room: { id: string; plan: string | null }) =>
  room.plan ? `/api/v1/rooms/${room.id}/plan?mark=${room.plan}` : null;

/** A room's plan with what is placed on it, by shares of its width and height. */
export function Plan<One extends Placed>({
  picture,
  label,
  places,
  zoom = 1,
  surface,
  children,
}: {
  picture: string | null;
  label: string;
  places: One[];
  zoom?: number;
  surface?: Ref<HTMLDivElement>;
  children: (place: One) => ReactNode;
}) {
  return (
    <div className="hj-plan-frame">
      <div
        className="hj-plan"
        ref={surface}
        data-picture={picture !== null}
        role="group"
        aria-label={label}
        style={{ width: `${String(zoom * 100)}%` }}
      >
        {picture ? <img src={picture} alt="" draggable={false} /> : null}
        {places.map((place) => (
          <div
            key={place.id}
            className="hj-plan-place"
            style={{
              left: `${String(place.x * 100)}%`,
              top: `${String(place.y * 100)}%`,
            }}
          >
            {children(place)}
          </div>
        ))}
      </div>
    </div>
  );
}
