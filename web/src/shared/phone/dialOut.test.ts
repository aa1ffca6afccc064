import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, ApiError } from '@/shared/api/client';
import { dialOut } from './dialOut';
import { phone } from './hooks';

const unheard = () => new ApiError(409, 'your_phone_is_unreachable', 'Your phone cannot be reached.');
const registered = (is: boolean) =>
  vi.spyOn(phone, 'get').mockReturnValue({ ...phone.get(), registration: is ? 'registered' : 'lost' });

describe('dialling out', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('asks again while the platform has not heard of the phone yet', async () => {
    registered(true);
    const asked = vi.spyOn(api, 'post').mockRejectedValueOnce(unheard()).mockResolvedValueOnce(undefined);
    const dialled = dialOut({ number: '1001' });
    await vi.advanceTimersByTimeAsync(1000);
    await dialled;
    expect(asked).toHaveBeenCalledTimes(2);
    expect(asked).toHaveBeenLastCalledWith('/me/calls', { number: '1001' });
  });

  it('says in the end that the phone cannot be reached', async () => {
    registered(true);
    const asked = vi.spyOn(api, 'post').mockRejectedValue(unheard());
    const refused = expect(dialOut({ number: '1001' })).rejects.toThrow('cannot be reached');
    await vi.advanceTimersByTimeAsync(10_000);
    await refused;
    expect(asked.mock.calls.length).toBeLessThan(20);
  });

  it.each([
    [false, unheard()],
    [true, new ApiError(409, 'you_have_a_call', 'You have a call.')],
  ])('does not ask again for anything else', async (here, error) => {
    registered(here);
    const asked = vi.spyOn(api, 'post').mockRejectedValue(error);
    await expect(dialOut({ number: '1001' })).rejects.toBe(error);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
