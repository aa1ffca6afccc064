import { useQuery } from '@tanstack/react-query';
import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { SeatToTake } from '@/shared/api/types';

/** Remembered in the browser: a seat is a place, and so is the computer that stands there. */
const remembered = 'hujiao.seat';

export function rememberedSeat(): string | undefined {
  return localStorage.getItem(remembered) ?? undefined;
}

export function rememberSeat(seat: string | undefined): void {
  if (seat) localStorage.setItem(remembered, seat);
  else localStorage.removeItem(remembered);
}

/** Where the agent sits; nothing in a company that has no list of seats. */
export function SeatChoice({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (seat: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const { data: seats = [] } = useQuery({
    queryKey: ['seats-to-take'],
    queryFn: () => api.get<SeatToTake[]>('/me/seats'),
    staleTime: 0,
  });
  if (seats.length === 0) return null;
  // In the order of the list; seats without a room come last.
  const rooms = [...new Set(seats.map((seat) => seat.room))].sort((a, b) => Number(!a) - Number(!b));
  return (
    <Form layout="vertical" className="hj-seat-choice">
      <Form.Item label={t('seat.yours')} htmlFor="seat-choice">
        <Select
          id="seat-choice"
          data-testid="seat-choice"
          showSearch={{ optionFilterProp: 'label' }}
          allowClear
          placeholder={t('seat.none')}
          value={seats.some((seat) => seat.id === value) ? value : undefined}
          onChange={(seat?: string) => onChange(seat)}
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
