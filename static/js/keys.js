// What every handler of keys has to know.

/** Whether the key belongs to the input method: it ends or changes a conversion, and means nothing to the page. */
export function isComposing(event) {
  // 229: Safari says of the Enter that ends a conversion that nothing is being composed any more.
  return event.isComposing || event.keyCode === 229;
}
