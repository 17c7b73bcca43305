//! Translates Rust's declarations of C back to C, so that a C compiler can compare them with the
//! headers.
//!
//! - A function is declared a second time: C refuses that unless every type is the same.
//! - The type of a callback is compared with the header's.
//! - A struct is declared a second time, with the layout of `#[repr(C)]`, and compared field by
//!   field. Building a whole one from Rust's fields shows whether C has more of them.
//! - The values of an enum are compared one by one, and are the cases of a `switch`: the compiler
//!   names the missing ones.

use std::fs;

use syn::{
    Abi, Attribute, Expr, Fields, ForeignItem, GenericArgument, Item, ItemStruct, Lit,
    PathArguments, PathSegment, PointerMutability, ReturnType, Type, TypeFnPtr, UnOp,
};

use super::root;

/// True when a file declares functions of C. A block inside a function is not found.
pub fn declares(source: &str) -> bool {
    let is_block = |item: &Item| matches!(item, Item::ForeignMod(_));
    syn::parse_file(source).is_ok_and(|file| file.items.iter().any(is_block))
}

/// The declarations in `source`, in C. The compiler's errors name the line in `file`.
pub fn of(file: &str, source: &str) -> Result<String, String> {
    let parsed = syn::parse_file(source).map_err(|error| format!("it does not parse: {error}"))?;
    let is_example = file.starts_with("examples");
    let mut c = String::from("#include <stdbool.h>\n");
    for header in headers()? {
        c += &format!("#include \"{header}\"\n");
    }
    let mut declare = |rust: &str, name: &str, check: Result<String, String>| {
        let start = format!("{rust} {name}");
        let line = source.lines().position(|line| line.contains(&start)).unwrap_or_default() + 1;
        let check = check.map_err(|error| format!("{file}:{line}: {name}: {error}"))?;
        c += &format!("#line {line} \"{file}\"\n{check}\n");
        Ok::<_, String>(())
    };

    for item in &parsed.items {
        match item {
            Item::ForeignMod(block) => {
                c_convention(Some(&block.abi))?;
                for item in &block.items {
                    let ForeignItem::Fn(function) = item else {
                        return Err("only functions can be compared: teach this test more".into());
                    };
                    let signature = &function.sig;
                    let name = signature.ident.to_string();
                    declare("fn", &name, {
                        let types = signature.inputs.iter().map(|argument| match argument {
                            syn::FnArg::Typed(argument) => &*argument.ty,
                            syn::FnArg::Receiver(_) => unreachable!("no `self` outside of impl"),
                        });
                        let arguments = arguments(types, signature.variadic.is_some());
                        arguments.and_then(|arguments| {
                            let again =
                                returned(&signature.output, &format!("{name}({arguments})"))?;
                            Ok(format!("_Static_assert(sizeof(&{name}), \"\"); {again};"))
                        })
                    })?;
                }
            }
            // An example also has items that C does not know.
            Item::Struct(item) if is_example && reprs(item).next().is_none() => {}
            Item::Type(item) if is_example && function_pointer(&item.ty).is_none() => {}
            Item::Struct(item) => declare("struct", &item.ident.to_string(), structure(item))?,
            Item::Type(item) => {
                let rust = item.ident.to_string();
                let values = parsed.items.iter().filter_map(|item| match item {
                    Item::Const(value) if is_named(&value.ty, &rust) => Some(&value.ident),
                    _ => None,
                });
                let cases: String = values.map(|name| format!("case {name}: ")).collect();
                let name = c_name(&rust);
                declare("type", &rust, match cases.as_str() {
                    "" => c_type(&item.ty, "", "").map(|ty| {
                        format!(
                            "_Static_assert(_Generic(({name})0, {ty}: 1, default: 0), \"{rust} is \
                             not {name}, but {ty}\");"
                        )
                    }),
                    _ => c_type(&item.ty, "", "").map(|integer| {
                        format!(
                            "_Static_assert(sizeof({name}) == sizeof({integer}), \"{rust} has \
                             another size than {name}\"); \
                             static inline void all_{name}({name} v) {{ switch (v) {{ {cases}; }} }}"
                        )
                    }),
                })?;
            }
            Item::Const(item) if !is_example => {
                let name = item.ident.to_string();
                declare(
                    "const",
                    &name,
                    integer(&item.expr).map(|value| {
                        format!(
                            "_Static_assert({name} == {value}, \"{name} is not {value} in C\");"
                        )
                    }),
                )?;
            }
            _ if is_example => {}
            Item::Use(_) | Item::Impl(_) => {}
            Item::Mod(module) if module.content.is_none() => {}
            _ => return Err("there is an item that this test cannot compare: teach it".into()),
        }
    }
    Ok(c)
}

/// The headers that C can read. Those without `extern "C"` are for C++ alone.
fn headers() -> Result<Vec<String>, String> {
    let folder = root().join("c_src/include");
    let cannot = |error| format!("cannot read {}: {error}", folder.display());
    let mut headers = Vec::new();
    for entry in folder.read_dir().map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if fs::read_to_string(&path).map_err(cannot)?.contains("extern \"C\"") {
            headers.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    headers.sort();
    Ok(headers)
}

fn reprs(item: &ItemStruct) -> impl Iterator<Item = &Attribute> {
    item.attrs.iter().filter(|attribute| attribute.path().is_ident("repr"))
}

/// A C struct with the layout of `#[repr(C)]`, and assertions that the header's is the same.
fn structure(item: &ItemStruct) -> Result<String, String> {
    let mut reprs = reprs(item);
    let is_c = |repr: &Attribute| repr.parse_args::<syn::Ident>().is_ok_and(|c| c == "C");
    if !reprs.next().is_some_and(is_c) || reprs.next().is_some() {
        return Err("the layout is C's only with #[repr(C)], and nothing more".into());
    }
    let Fields::Named(fields) = &item.fields else {
        return Err("C knows fields by their names".into());
    };
    let (rust, c) = (item.ident.to_string(), c_name(&item.ident.to_string()));
    let mut named =
        fields.named.iter().filter_map(|field| Some((field.ident.as_ref()?, &field.ty)));
    if named.clone().any(|(name, _)| name == "_data") {
        return Ok(format!("_Static_assert(sizeof({c} *), \"\");")); // opaque
    }

    let (mut layout, mut checks, mut values) = (String::new(), String::new(), Vec::new());
    named.try_for_each(|(name, ty)| {
        let pointer = c_type(ty, "", "*")?;
        layout += &format!("{}; ", c_type(ty, "", &name.to_string())?);
        checks += &format!(
            "_Static_assert(offsetof({c}, {name}) == offsetof(struct {rust}, {name}) \
             && _Generic(&(({c} *)0)->{name}, {pointer}: 1, default: 0), \
             \"{rust}.{name} has another type or place in {c}\"); "
        );
        values.push(format!("v.{name}"));
        Ok::<_, String>(())
    })?;
    Ok(format!(
        "struct {rust} {{ {layout}}}; {checks}\
         _Static_assert(sizeof({c}) == sizeof(struct {rust}) \
         && _Alignof({c}) == _Alignof(struct {rust}), \"{rust} has another size than {c}\"); \
         static inline {c} all_{c}({c} v) {{ {c} all = {{ {} }}; return all; }}",
        values.join(", ")
    ))
}

/// A Rust type in C, around the declared part: empty, a name, or the rest of a declarator.
fn c_type(ty: &Type, qualifier: &str, declared: &str) -> Result<String, String> {
    if let Some(function) = function_pointer(ty) {
        c_convention(function.abi.as_ref())?;
        let types = function.inputs.iter().map(|argument| &argument.ty);
        let arguments = arguments(types, function.variadic.is_some())?;
        return returned(&function.output, &format!("(*{qualifier}{declared})({arguments})"));
    }
    match ty {
        Type::Ptr(pointer) => {
            let constant = matches!(pointer.mutability, PointerMutability::Const(_));
            let to = if constant { "const " } else { "" };
            c_type(&pointer.elem, to, &format!("*{qualifier}{declared}"))
        }
        Type::Path(path) => {
            let last = path.path.segments.last().ok_or("an empty path")?;
            let name = match &*last.ident.to_string() {
                "bool" => "bool".to_owned(),
                "f32" | "c_float" => "float".to_owned(),
                "f64" | "c_double" => "double".to_owned(),
                "usize" => "size_t".to_owned(),
                integer @ ("i8" | "i16" | "i32" | "i64") => format!("int{}_t", &integer[1..]),
                integer @ ("u8" | "u16" | "u32" | "u64") => format!("uint{}_t", &integer[1..]),
                plain @ ("c_char" | "c_int" | "c_long" | "c_void") => plain[2..].to_owned(),
                ours if ours.starts_with(char::is_uppercase) => c_name(ours),
                other => return Err(format!("what is {other} in C? teach this test")),
            };
            Ok(format!("{qualifier}{name} {declared}"))
        }
        _ => Err("a type has no counterpart in C that this test knows: teach it".into()),
    }
}

/// The function pointer in a type. An `Option` of one is the same to C, where any pointer may be
/// NULL.
fn function_pointer(ty: &Type) -> Option<&TypeFnPtr> {
    match ty {
        Type::FnPtr(function) => Some(function),
        Type::Path(path) => match path.path.segments.last()? {
            PathSegment { ident, arguments: PathArguments::AngleBracketed(inner) }
                if ident == "Option" =>
            {
                match inner.args.first()? {
                    GenericArgument::Type(Type::FnPtr(function)) => Some(function),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

fn arguments<'a>(types: impl Iterator<Item = &'a Type>, variadic: bool) -> Result<String, String> {
    let mut types = types.map(|ty| c_type(ty, "", "")).collect::<Result<Vec<_>, _>>()?;
    types.extend(variadic.then(|| "...".to_owned()));
    Ok(if types.is_empty() { "void".to_owned() } else { types.join(", ") })
}

fn returned(output: &ReturnType, declared: &str) -> Result<String, String> {
    match output {
        ReturnType::Default => Ok(format!("void {declared}")),
        ReturnType::Type(_, ty) => c_type(ty, "", declared),
    }
}

fn c_convention(abi: Option<&Abi>) -> Result<(), String> {
    match abi.and_then(|abi| abi.name.as_ref()).map(|name| name.value()).as_deref() {
        Some("C" | "C-unwind") => Ok(()),
        other => Err(format!("the calling convention is {}, not C", other.unwrap_or("not named"))),
    }
}

/// The C name: `PgGaugeStatus` is `pg_gauge_status`; an example may call it `GaugeStatus`.
fn c_name(rust: &str) -> String {
    let words = rust.strip_prefix("Pg").unwrap_or(rust).chars().map(|letter| match letter {
        'A'..='Z' => format!("_{}", letter.to_ascii_lowercase()),
        _ => letter.to_string(),
    });
    format!("pg{}", words.collect::<String>())
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

fn integer(expr: &Expr) -> Result<String, String> {
    match expr {
        Expr::Lit(literal) if let Lit::Int(value) = &literal.lit => {
            Ok(value.base10_digits().to_owned())
        }
        Expr::Unary(minus) if matches!(minus.op, UnOp::Neg(_)) => {
            Ok(format!("-{}", integer(&minus.expr)?))
        }
        _ => Err("the value is not a plain integer: write it as one".into()),
    }
}
