// Day or night: the page's theme is a class of its outermost element, which the page changes as it likes.

function isNight() {
  return !!document.querySelector(".v-application.theme--dark");
}

// Tell `set` whether it is night, now and whenever that changes; returns what ends that.
function followTheme(set) {
  let night = isNight();
  set(night);
  const timer = setInterval(() => {
    if (isNight() !== night) set((night = isNight()));
  }, 300);
  return () => clearInterval(timer);
}
