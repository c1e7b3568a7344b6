/** Hands out use cases by class; what a surface gets instead of a container. */
export interface Resolver {
  // biome-ignore lint/suspicious/noExplicitAny: constructors of any arguments are wanted here
  resolve<T>(useCase: new (...args: any[]) => T): T;
}
