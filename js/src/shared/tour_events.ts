// What the header and the tour announce to one another on their page.

/** The header: begin, resume or leave the tour. */
export const TOUR_TOGGLE = "fcw-tour";

/** The tour: how far it is, as a `TourPlace`. */
export const TOUR_PLACE = "fcw-tour-place";

/** The tour: it was left, and the focus is free. */
export const TOUR_LEFT = "fcw-tour-left";

export type TourPlace = "open" | "begun" | "ahead";
