# shellcheck shell=bash
# The mail catcher: it takes the mails to customers, sends none on, and shows them.

# Mails are somebody's words and tickets: like all of the data folder they are for its owner's eyes.
start_mail() {
  launch mail TERM "$repository/deploy/local/mail-catcher" --smtp "${port_of[mail.smtp]}" --web "${port_of[mail.web]}" \
    --folder "$data/mails"
}
