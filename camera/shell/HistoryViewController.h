#import <UIKit/UIKit.h>

#import "shell/HistoryStore.h"

NS_ASSUME_NONNULL_BEGIN

// What was seen, newest first; a tap opens the shop.
@interface HistoryViewController : UITableViewController

- (instancetype)initWithHistory:(HistoryStore*)history NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithStyle:(UITableViewStyle)style NS_UNAVAILABLE;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
