import IndexCore
