DROP INDEX events_action;
