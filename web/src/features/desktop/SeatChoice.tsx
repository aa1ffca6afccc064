import { useQuery } from '@tanstack/react-query';
import { Form, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { SeatToTake } from '@/shared/api/types';

/** Remembered in the browser: a seat is a place, and so is the computer that stands there. */
const remembered = 'hujiao.seat';

/** The seats, and the one that is chosen: what is remembered counts only while it is one of them. */
export function useSeat() {
  const { data: seats = [] } = useQuery({
    queryKey: ['seats-to-take'],
    queryFn: () => api.get<SeatToTake[]>('/me/seats'),
    staleTime: 0,
  });
  const [chosen, setChosen] = useState(() => localStorage.getItem(remembered));
  const choose = (seat?: string) => {
    setChosen(seat ?? null);
    if (seat) localStorage.setItem(remembered, seat);
    else localStorage.removeItem(remembered);
  };
  return { seats, seat: seats.find((one) => one.id === chosen)?.id, choose };
}

/** Where the agent sits; nothing in a company that has no list of seats. */
export function SeatChoice({ seats, seat: chosen, choose }: ReturnType<typeof useSeat>) {
  const { t } = useTranslation();
  if (seats.length === 0) return null;
  // In the order of the list; seats without a room come last.
  const rooms = [...new Set(seats.map((seat) => seat.room))].sort((a, b) => Number(!a) - Number(!b));
  return (
    <Form layout="vertical" className="hj-seat-choice">
      <Form.Item label={t('seat.yours')} htmlFor="seat-choice">
        <Select
          id="seat-choice"
          data-testid="seat-choice"
          // A virtual list reads the ids of the seats aloud in place of their names.
          virtual={false}
          showSearch={{ optionFilterProp: 'label' }}
          allowClear
          placeholder={t('seat.none')}
          value={chosen}
          onChange={choose}
          options={rooms.map((room) => ({
            label: room || t('seat.noRoom'),
            options: seats
              .filter((seat) => seat.room === room)
              .map((seat) => ({
                value: seat.id,
                label: !seat.taken
                  ? seat.name
                  : seat.taken_by
                    ? t('seat.takenBy', { name: seat.name, by: seat.taken_by })
                    : t('seat.taken', { name: seat.name }),
              })),
          }))}
        />
      </Form.Item>
    </Form>
  );
}
