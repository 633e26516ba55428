/** As much of the browser's document as the page uses; the functions of this folder run in the reader's browser. */
export type PageElement = {
  textContent: string | null;
  hidden: boolean;
  value: string;
  checked: boolean;
  readonly append: (...children: readonly (PageElement | string)[]) => void;
  readonly replaceChildren: (...children: readonly PageElement[]) => void;
  readonly setAttribute: (name: string, value: string) => void;
  readonly removeAttribute: (name: string) => void;
  readonly getAttribute: (name: string) => string | null;
  readonly addEventListener: (type: string, listener: (event: PageEvent) => void) => void;
  readonly getBoundingClientRect: () => { readonly left: number; readonly top: number };
  readonly scrollIntoView: (options: { readonly block: string; readonly inline?: string }) => void;
  readonly focus: (options?: { readonly preventScroll: boolean }) => void;
};

/** An event of the mouse or the keyboard. */
export type PageEvent = {
  readonly clientX: number;
  readonly clientY: number;
  readonly key: string;
  readonly preventDefault: () => void;
};

/** The document. */
export type PageDocument = {
  readonly querySelector: (selector: string) => PageElement | null;
  readonly querySelectorAll: (selector: string) => Iterable<PageElement>;
  readonly createElement: (name: string) => PageElement;
};

/** What the page's script reads from its data element. */
export type PageData = {
  readonly runbook: string;
  readonly dates: readonly string[];
  /** Width and height of a cell of the heat map. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly words: Readonly<Record<string, { readonly word: string; readonly isBad: boolean }>>;
  readonly rows: readonly PageRow[];
  /** Entities by `row column category`. */
  readonly entities: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly tainted: Readonly<Record<string, string>>;
};

/** The partitions of one processor. */
type PageRow = {
  readonly processor: string;
  readonly statuses: string;
  readonly expected: readonly number[];
  readonly present: readonly number[];
  readonly explained: readonly number[];
  readonly waived: readonly number[];
  readonly untracked: readonly number[];
  readonly categories: Readonly<Record<string, readonly (readonly [number, number])[]>>;
};

/** One partition as the page shows it. */
export type PagePartition = {
  readonly row: number;
  readonly column: number;
  readonly processor: string;
  readonly date: string;
  readonly status: string;
  readonly isBad: boolean;
  readonly expected: number;
  readonly present: number;
  readonly explained: number;
  readonly waived: number;
  readonly untracked: number;
};
