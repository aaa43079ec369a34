/** The same keys as English, every text in the other language. */
export type Translation<T> = { [K in keyof T]: T[K] extends string ? string : Translation<T[K]> };
