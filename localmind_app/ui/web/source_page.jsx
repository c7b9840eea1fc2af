// A page of a source as a picture, with the passage's boxes on it: turned, enlarged, scrolled to where the passage is.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ChevronLeft, ChevronRight, LocateFixed, ZoomIn, ZoomOut } from "lucide-react";
import { useLocale, useT } from "$/localmind/i18n";

const WIDTHS = [640, 960, 1280, 1920]; // what the server draws
const ZOOMS = [1, 1.5, 2, 3];

const percent = (value) => `${Math.round(value * 10_000) / 100}%`;
const placed = ({ x0, y0, x1, y1 }) => ({ left: percent(x0), top: percent(y0), width: percent(x1 - x0), height: percent(y1 - y0) });

function IconButton({ icon: Icon, label, ...rest }) {
  return (
    <button type="button" className="lm-icon" aria-label={label} data-tip={label} {...rest}>
      <Icon aria-hidden="true" size={18} />
    </button>
  );
}

function Bar({ page, pages, home, marked, turn, zoom, setZoom, children }) {
  const t = useT();
  const percents = new Intl.NumberFormat(useLocale(), { style: "percent" });
  const at = ZOOMS.indexOf(zoom);
  // aria-disabled keeps the focus where it is at the first and the last page
  return (
    <div className="lm-source-bar" role="group" aria-label={t("Page and size")}>
      <IconButton icon={ChevronLeft} label={t("Page before")} aria-disabled={page <= 0} onClick={() => page > 0 && turn(page - 1)} />
      <span role="status">{t("Page {n} of {total}", { n: page + 1, total: pages })}</span>
      <IconButton icon={ChevronRight} label={t("Page after")} aria-disabled={page >= pages - 1} onClick={() => page < pages - 1 && turn(page + 1)} />
      {marked && page !== home && <IconButton icon={LocateFixed} label={t("Back to the passage")} onClick={() => turn(home)} />}
      <span className="lm-source-space" />
      <IconButton icon={ZoomOut} label={t("Smaller")} aria-disabled={at <= 0} onClick={() => at > 0 && setZoom(ZOOMS[at - 1])} />
      <button type="button" className="lm-source-zoom" aria-label={t("{percent}, fit to the width", { percent: percents.format(zoom) })} data-tip={t("Fit to the width")} onClick={() => setZoom(1)}>{percents.format(zoom)}</button>
      <IconButton icon={ZoomIn} label={t("Larger")} aria-disabled={at >= ZOOMS.length - 1} onClick={() => at < ZOOMS.length - 1 && setZoom(ZOOMS[at + 1])} />
      {children}
    </div>
  );
}

/** The width to ask for: what the box needs on this screen. */
function useWidth(box, zoom) {
  const [need, setNeed] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setNeed(box.current.clientWidth * zoom * (window.devicePixelRatio || 1));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [box, zoom]);
  return need ? (WIDTHS.find((width) => width >= need) ?? WIDTHS.at(-1)) : 0;
}

function Boxes({ boxes, quote }) {
  return boxes.map((box, at) => <span key={at} aria-hidden="true" className="lm-source-box" data-quote={quote || undefined} style={placed(box)} />);
}

/** Brings the first marked line into the upper part of the view. */
function showMark(box) {
  const mark = box.querySelector(".lm-source-box[data-quote]") ?? box.querySelector(".lm-source-box");
  if (!mark) return box.scrollTo(0, 0);
  const [frame, place] = [box.getBoundingClientRect(), mark.getBoundingClientRect()];
  return box.scrollTo(Math.max(0, box.scrollLeft + place.left - frame.left - frame.width * 0.1), box.scrollTop + place.top - frame.top - frame.height * 0.25);
}

export function SourcePage({ passage, children }) {
  const t = useT();
  const { document, boxes, quote_boxes: quoted } = passage;
  const home = passage.page ?? 0;
  const [page, setPage] = useState(home);
  const [zoom, setZoom] = useState(1);
  const [tries, setTries] = useState(0);
  const [state, setState] = useState("loading");
  const [ratio, setRatio] = useState(1.414); // of A4, until the picture tells
  const box = useRef(null);
  const width = useWidth(box, zoom);
  const turn = useCallback((next) => (setPage(next), setState("loading")), []);
  useEffect(() => {
    if (state === "ready") showMark(box.current);
  }, [state, page, zoom]);
  const onPage = (one) => one.page === page;
  const marks = quoted?.length ? quoted : boxes;
  const name = document.title || document.name;
  return (
    <>
      <Bar {...{ page, pages: document.pages, home, marked: boxes.length > 0, turn, zoom, setZoom }}>{children}</Bar>
      <div className="lm-source-scroll" ref={box} role="region" aria-label={t("Page {n} of {total}", { n: page + 1, total: document.pages })} aria-busy={state === "loading"} tabIndex={0}>
        <div className="lm-source-page" style={{ inlineSize: percent(zoom), aspectRatio: `1 / ${ratio}` }}>
          {width > 0 && state !== "failed" && (
            <img
              key={`${page} ${tries}`}
              src={`/api/knowledge/documents/${encodeURIComponent(document.id)}/pages/${page}?width=${width}`}
              alt={t("Page {n} of {name}", { n: page + 1, name })}
              onLoad={(event) => {
                if (event.target.naturalWidth) setRatio(event.target.naturalHeight / event.target.naturalWidth);
                setState("ready");
              }}
              onError={() => setState("failed")}
            />
          )}
          {state === "loading" && <p className="lm-source-wait">{t("Loading the page…")}</p>}
          {state === "failed" && (
            <p className="lm-source-wait" role="alert">
              <span>{t("The page could not be drawn.")}</span>
              <button type="button" className="lm-button" onClick={() => (setTries(tries + 1), setState("loading"))}>{t("Try again")}</button>
            </p>
          )}
          {state === "ready" && (
            <>
              {quoted?.length > 0 && <Boxes boxes={boxes.filter(onPage)} />}
              <Boxes boxes={marks.filter(onPage)} quote />
            </>
          )}
        </div>
      </div>
    </>
  );
}
