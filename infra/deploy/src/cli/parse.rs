//! Parses the command line, and prints help, completions and its errors.

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser};
use clap_complete::Shell;

use crate::render::Shown;

/// `EX_USAGE` of sysexits.h, since clap's own 2 means differences here.
const WRONG_USAGE: i32 = 64;

/// Parses the command line. Ends the program if the command line is wrong, or asks for help or for
/// completions.
#[must_use]
pub fn parse<P: Parser>() -> P {
    let command = P::command().subcommand(completions());
    let parsed = command.try_get_matches().and_then(|matches| {
        if let Some(("completions", chosen)) = matches.subcommand() {
            print_completions::<P>(chosen.get_one("shell").copied());
        }
        P::from_arg_matches(&matches)
    });
    parsed.map_err(shown).unwrap_or_else(|err| exit(&err))
}

/// Ends the program with an error of the command line, or with the help.
pub fn exit(err: &clap::Error) -> ! {
    // If standard error is gone, there is nowhere to report that.
    let _ = err.print();
    std::process::exit(if err.use_stderr() { WRONG_USAGE } else { 0 })
}

/// The error, with quotes from the command line as [`Shown`], since a script may pass on anything.
#[must_use]
pub fn shown(mut err: clap::Error) -> clap::Error {
    let quoted = |(kind, value): (ContextKind, &ContextValue)| match value {
        ContextValue::String(text) => Some((kind, Shown(text).to_string())),
        _ => None,
    };
    for (kind, text) in err.context().filter_map(quoted).collect::<Vec<_>>() {
        err.insert(kind, ContextValue::String(text));
    }
    err
}

fn completions() -> clap::Command {
    let shell = clap::Arg::new("shell")
        .required(true)
        .value_parser(clap::value_parser!(Shell));
    clap::Command::new("completions")
        .about("Print the completions for a shell")
        .arg(shell)
}

fn print_completions<P: CommandFactory>(shell: Option<Shell>) -> ! {
    let mut command = P::command().subcommand(completions());
    let name = command.get_name().to_owned();
    if let Some(shell) = shell {
        clap_complete::generate(shell, &mut command, name, &mut std::io::stdout());
    }
    std::process::exit(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::EnvironmentArgs;

    #[derive(Debug, Parser)]
    #[command(name = "vpc")]
    struct Program {
        #[command(flatten)]
        env: EnvironmentArgs,
    }

    #[test]
    fn quotes_from_the_command_line_do_not_act_on_the_terminal() {
        let value = "\u{1b}[2J\n✅  vpc";
        for arguments in [
            &["vpc", "--env", value][..],
            &["vpc", &format!("--{value}")],
            &["vpc", value],
        ] {
            let err = Program::try_parse_from(arguments).map_err(shown);
            let text = err.unwrap_err().render().to_string();
            assert!(text.contains("\\x1b[2J\\n✅  vpc"), "{text}");
            assert!(!text.contains('\u{1b}') && !text.contains("\n✅"), "{text}");
        }
    }
}
