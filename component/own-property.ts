/** Returns an object's own property; undefined if it has none of this name, or only inherits it, as "constructor". */
export function ownProperty<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  // eslint-disable-next-line own/no-prototype-lookup -- The line itself checks that the property is the object's own.
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
