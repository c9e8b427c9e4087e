var e=localStorage.getItem("tidemark.theme");(e==="light"||e==="dark")&&(document.documentElement.dataset.theme=e);
