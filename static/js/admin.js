// Unfold's dark colours hang on a class. Before the first paint, so it is not deferred.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if (root.dataset.theme === "system") root.classList.toggle("dark", dark.matches);
  };
  dark.addEventListener("change", follow);
  follow();
}
