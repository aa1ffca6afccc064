// A screen's height more on each side: who scrolls sees no empty places.
const margin = '100%';

const watched = new WeakMap<Element, (near: boolean) => void>();
const observers = new WeakMap<Element, IntersectionObserver>();

/** Tell whether the element is near the seen part of the page's main area, now and whenever that changes. */
export function watchNear(element: Element, tell: (near: boolean) => void): () => void {
  const root = element.closest('main') ?? document.documentElement;
  const observer =
    observers.get(root) ?? new IntersectionObserver(told, { root, rootMargin: `${margin} 0px` });
  observers.set(root, observer);
  watched.set(element, tell);
  observer.observe(element);
  return () => observer.unobserve(element);
}

function told(entries: IntersectionObserverEntry[]): void {
  for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting);
}
