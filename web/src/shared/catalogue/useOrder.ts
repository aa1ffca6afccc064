import { useQuery, useQueryClient } from '@tanstack/react-query';
import { all, api } from '@/shared/api/client';
import { useAct } from '@/shared/components/errors';

interface Placed {
  id: string;
  position: number;
}

/** Which of a list that has an order is first and last, and moving one up or down. */
export function useOrder(path: string) {
  const client = useQueryClient();
  const { busy, run } = useAct();
  const { data = [] } = useQuery({ queryKey: [path, 'all'], queryFn: () => all<Placed>(path) });
  const move = (id: string, step: number) =>
    run(async () => {
      const from = data.findIndex((one) => one.id === id);
      const order = [...data];
      const [moved] = order.splice(from, 1);
      if (!moved) return;
      order.splice(from + step, 0, moved);
      try {
        for (const [at, { id: of, ...one }] of order.entries())
          if (one.position !== at + 1) await api.put(`${path}/${of}`, { ...one, position: at + 1 });
      } finally {
        await client.invalidateQueries({ queryKey: [path] });
      }
    });
  return {
    first: data[0]?.id,
    last: data.at(-1)?.id,
    next: (data.at(-1)?.position ?? 0) + 1,
    move: (id: string, step: number) => void move(id, step),
    busy,
  };
}
