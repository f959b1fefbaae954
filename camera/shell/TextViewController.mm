#import "shell/TextViewController.h"

@implementation TextViewController {
  NSString* _text;
}

- (instancetype)initWithTitle:(NSString*)title text:(NSString*)text {
  self = [super initWithNibName:nil bundle:nil];
  if (self) {
    self.title = title;
    _text = [text copy];
  }
  return self;
}

- (void)loadView {
  UITextView* view = [[UITextView alloc] init];
  view.text = _text;
  view.font = [UIFont preferredFontForTextStyle:UIFontTextStyleFootnote];
  view.adjustsFontForContentSizeCategory = YES;
  view.backgroundColor = [UIColor systemBackgroundColor];
  view.editable = NO;
  self.view = view;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  NSString* text = _text;
  UIAction* copy = [UIAction actionWithTitle:NSLocalizedString(@"Copy", nil)
                                       image:nil
                                  identifier:nil
                                     handler:^(UIAction* tapped) {
                                       [UIPasteboard generalPasteboard].string = text;
                                     }];
  self.navigationItem.rightBarButtonItem = [[UIBarButtonItem alloc] initWithPrimaryAction:copy];
}

@end
